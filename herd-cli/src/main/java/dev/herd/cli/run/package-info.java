/// Run folders as the command line reads them back.
@NullMarked
package dev.herd.cli.run;

import org.jspecify.annotations.NullMarked;
