/// What Herd needs of a machine, checked one by one.
@NullMarked
package dev.herd.cli.doctor;

import org.jspecify.annotations.NullMarked;
