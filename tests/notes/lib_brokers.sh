# SPDX-License-Identifier: GPL-2.0
# Brokers that claims are on, as evidence names them, with what has to be there of each. ActiveMQ is none of
# tests/deps: it wants a Java of 200 MB.

kinds=(redis nats rabbitmq activemq)
declare -A program=([redis]=/usr/bin/redis-server [nats]=/usr/sbin/nats-server
	[rabbitmq]=/usr/lib/rabbitmq/bin/rabbitmq-server [activemq]=/usr/bin/activemq)
declare -A package=([redis]=redis-server [nats]=nats-server [rabbitmq]=rabbitmq-server
	[activemq]=activemq)

# of_kind KIND NAME COMMAND...: a check of a broker that is installed
of_kind() {
	local kind=$1 name=$2
	shift 2
	if [ -x "${program[$kind]}" ]; then
		check "$name" "$@"
	else
		skip "$name" "${package[$kind]} is not installed"
	fi
}
