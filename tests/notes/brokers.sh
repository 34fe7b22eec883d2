# SPDX-License-Identifier: GPL-2.0
# Brokers that claims are on, as evidence names them, with what has to be there of each.

kinds=(redis nats rabbitmq)
declare -A program=([redis]=/usr/bin/redis-server [nats]=/usr/sbin/nats-server
	[rabbitmq]=/usr/lib/rabbitmq/bin/rabbitmq-server)
declare -A package=([redis]=redis-server [nats]=nats-server [rabbitmq]=rabbitmq-server)

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
