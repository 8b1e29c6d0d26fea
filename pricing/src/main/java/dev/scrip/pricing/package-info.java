@NullMarked
package dev.scrip.pricing;

import org.jspecify.annotations.NullMarked;
