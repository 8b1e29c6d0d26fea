@NullMarked
package dev.scrip.payments;

import org.jspecify.annotations.NullMarked;
