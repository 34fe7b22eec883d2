# SPDX-License-Identifier: GPL-2.0
"""Scrapy on pages of a server here that waits for some time with each, so many of them at once.

scrapy.py CONCURRENCY HOW_MANY PAGE_MS
"""
import asyncio
import os
import signal
import sys
import time

import scrapy
import scrapy.crawler

PAGE_S = int(sys.argv[3]) / 1000
PAGE = (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 15\r\n"
        b"Connection: close\r\n\r\n<p>a page</p>\r\n")


async def answer(reader, writer):
    await reader.readuntil(b"\r\n\r\n")
    await asyncio.sleep(PAGE_S)
    writer.write(PAGE)
    await writer.drain()
    writer.close()


async def serve(tell_port):
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    os.write(tell_port, b"%d" % server.sockets[0].getsockname()[1])
    await server.serve_forever()


def server():
    """A child, gone with this process at the latest, which is the init of both: (pid, port)."""
    port, tell_port = os.pipe()
    pid = os.fork()
    if pid == 0:
        asyncio.run(serve(tell_port))
    return pid, int(os.read(port, 16))


class Pages(scrapy.Spider):
    name = "pages"
    came, start, ns = 0, 0, 0

    def start_requests(self):
        Pages.start = time.monotonic_ns()
        for page in range(self.many):
            yield scrapy.Request("http://127.0.0.1:%d/%d" % (self.port, page))

    def parse(self, response):
        Pages.came += response.status == 200
        Pages.ns = time.monotonic_ns() - Pages.start


def main(concurrency, many):
    crawler = scrapy.crawler.CrawlerProcess({
        "CONCURRENT_REQUESTS": concurrency, "CONCURRENT_REQUESTS_PER_DOMAIN": concurrency,
        "LOG_ENABLED": False, "TELNETCONSOLE_ENABLED": False, "ROBOTSTXT_OBEY": False,
        "HTTPPROXY_ENABLED": False,
    })
    pid, port = server()
    crawler.crawl(Pages, port=port, many=many)
    crawler.start()
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    print("ops", many)
    print("turns", Pages.came)
    print("ns", Pages.ns)


main(int(sys.argv[1]), int(sys.argv[2]))
