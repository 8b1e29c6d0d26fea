@NullMarked
package dev.scrip.ledger;

import org.jspecify.annotations.NullMarked;
