# SPDX-License-Identifier: GPL-2.0
# What the tests of trust share. Those of the module run alone in a machine of their own: they load and
# unload it themselves.

# shellcheck source=SCRIPTDIR/../kmod/lib.sh
. ../kmod/lib.sh
