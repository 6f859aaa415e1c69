/// What each feature of a trained model costs and what it is worth.
@NullMarked
package dev.herd.train.ledger;

import org.jspecify.annotations.NullMarked;
