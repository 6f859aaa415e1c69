/// What the command line shows while work is in progress: a bar on a terminal, JSON lines elsewhere.
@NullMarked
package dev.herd.cli.terminal;

import org.jspecify.annotations.NullMarked;
