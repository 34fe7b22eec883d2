# SPDX-License-Identifier: GPL-2.0
# What the tests of trust share. Those of the module run alone in a machine of their own: they load and
# unload it themselves. Each prints the figures that Documentation/trust.rst shows.

# shellcheck source=SCRIPTDIR/../kmod/lib.sh
. ../kmod/lib.sh

# figure TEXT...: what was counted, e.g. figure "500 cycles, $busy times busy".
figure() { echo "# figure: $*"; }
