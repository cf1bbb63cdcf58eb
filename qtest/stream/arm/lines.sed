# SPDX-License-Identifier: GPL-2.0-or-later
# Makes each line a C string; for text without quotes and backslashes.
s/.*/"&\\n"/
