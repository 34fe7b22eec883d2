// SPDX-License-Identifier: GPL-2.0
/* Reasons in Chinese: of brokers. */
#include "notes/reasons.h"

static const struct reason zh_broker[] = {
	{ "they were apart in some samples, and not in others",
	  "部分样本里两者是分开的，部分不是" },
	{ "%.0f sockets of the sender were not the broker's, and of %d messages %.0f were sent "
	  "while the receiver was stopped",
	  "发送者有 %.0f 个套接字不是连到消息中间件的，%d 条消息中有 "
	  "%.0f 条是在接收者停住时发出的" },
	{ "%s%.100s: neither has a socket but the broker's, and all %d messages were sent "
	  "while the receiver was stopped, and came later",
	  "%s%.100s：双方除了连到消息中间件的套接字没有别的，全部 %d 条"
	  "消息都在接收者停住时发出，之后到达" },
	{ "%s%s: by %.80s; where a topic has a limit, by %.60s; without a limit they grew, in "
	  "KB: %.80s",
	  "%s%s：由 %.80s；主题有上限时，由 %.60s；"
	  "没有上限时增长（KB）：%.80s" },
	{ "%s; not here: %s", "%s；这里没有：%s" },
	{ "%s; seen, not judged, as it is no Kafka: librdkafka's mock",
	  "%s；看了但不参与判定，因为不是 Kafka：librdkafka 的 mock" },
	{ "; calls of fsync: %.70s", "；fsync 调用次数：%.70s" },
	{ "%s; calls of fsync: %s", "%s；fsync 调用次数：%s" },
	{ "%s could not be started: %s", "%s 无法启动：%s" },
	{ "the sender was held back in some samples, and not in others",
	  "部分样本里发送者被拦住了，部分没有" },
	{ "every sender was held back, limit or none",
	  "每个发送者都被拦住了，不论有没有上限" },
	{ "no sender was held back: all %d messages of %d bytes were taken",
	  "没有发送者被拦住：%d 条 %d 字节的消息全部收下" },
	{ "all of the messages came in some samples, and not in others",
	  "部分样本里消息全部到达，部分没有" },
	{ "what was sent before its receiver was there came from no broker's queue whole",
	  "接收者上线之前发的消息，没有一个消息中间件的队列完整送达" },
	{ "all %d messages of a sender that had ended came, from %s, from queue and topic",
	  "发送者已结束，它的 %d 条消息仍全部到达，由 %s，队列和主题"
	  "都是" },
	{ "a queue keeps them: all %d messages of a sender that had ended came from that of "
	  "%.100s; of %zu topics, from %s",
	  "队列会保留：发送者已结束，它的 %d 条消息由 %.100s 的队列全部"
	  "送达；%zu 个主题中，由 %s" },
	{ "each message went where it was to go in some samples, not in others",
	  "部分样本里每条消息都到了该到的地方，部分没有" },
	{ "each of %d messages came to one of %d consumers of a queue, and to all %d of a "
	  "topic: %.150s",
	  "%d 条消息，每条到达队列 %d 个消费者中的一个，到达主题的全"
	  "部 %d 个：%.150s" },
	{ "each message to one of %d: %.80s; each to all of them: %.80s",
	  "每条消息到 %d 个中的一个：%.80s；每条到全部：%.80s" },
	{ "it is a broker that can: each message to one of %d by %.80s, to all of them by %.80s",
	  "要看是哪种消息中间件：每条消息到 %d 个中的一个，由 %.80s；"
	  "到全部，由 %.80s" },
	{ "all %d were there after kill -9, durable and confirmed or not: %.80s%s",
	  "kill -9 之后 %d 条全部还在，不论是否持久、是否确认：%.80s%s" },
	{ "%s%s%s: then all %d were there after kill -9 with %.80s; otherwise not%s",
	  "%s%s%s：这样 kill -9 之后 %d 条全部还在，由 %.80s；否则不在%s" },
	{ "all of the messages were there in some samples, and not in others",
	  "部分样本里消息全部还在，部分没有" },
	{ "no broker had all %d again after kill -9, durable and confirmed",
	  "没有一个消息中间件在 kill -9 之后还有全部 %d 条，即使持久并"
	  "已确认" },
	{ "all %d messages came from NATS' own protocol to MQTT, from MQTT to its own, and "
	  "from MQTT to MQTT; JMS is an interface of Java's, no protocol",
	  "%d 条消息全部从 NATS 自己的协议到达 MQTT，从 MQTT 到达它自己的"
	  "协议，从 MQTT 到达 MQTT；JMS 是 Java 的接口，不是协议" },
	{ "of %d messages there came %.0f from NATS' own protocol to MQTT, %.0f from MQTT to "
	  "its own, %.0f from MQTT to MQTT",
	  "%d 条消息中，从 NATS 自己的协议到 MQTT 的有 %.0f 条，从 MQTT 到它"
	  "自己的有 %.0f 条，从 MQTT 到 MQTT 的有 %.0f 条" },
	{ "messages a second, a write each, 50 a write (us of CPU for one then): socket %.0f, "
	  "%.0f%s",
	  "每秒消息数：每条写一次、50 条写一次（后者每条的 CPU 微秒）："
	  "套接字 %.0f, %.0f%s" },
	{ "many go in one write, by %.50s: messages a second, a write each, 50 a write (us of CPU "
	  "for one then): socket %.0f, %.0f%s",
	  "许多条合成一次写，由 %.50s：每秒消息数：每条写一次、"
	  "50 条写一次（后者每条的 CPU 微秒）：套接字 %.0f, %.0f%s" },
	{ "the broker is one of these: ", "消息中间件要是其中之一：" },
	{ "it is a queue", "要是队列" },
	{ "it is one of those that do", "要是会拦住的那种" },
	{ " with a limit", "，要有上限" },
	{ "none", "一个也没有" },
	{ "some", "一些" },
	{ "the queue is durable", "队列要持久" },
	{ " and ", "并且" },
	{ "the message confirmed", "消息要已确认" },
	{ "no broker is here: install %.200s",
	  "这里没有消息中间件：请安装 %.200s" },
	{ "no broker is here that speaks two: install %s",
	  "这里没有会说两种协议的消息中间件：请安装 %s" },
	{ "the broker is one of these: %s", "消息中间件要是其中之一：%s" },
	{ "it is one of those that do with a limit",
	  "要是会拦住的那种，并有上限" },
	{ "it is a queue with a limit", "要是有上限的队列" },
	{ "the queue is durable and the message confirmed",
	  "队列要持久，消息要已确认" },
};

REASONS(zh_broker);
