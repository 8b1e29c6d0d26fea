@NullMarked
package dev.scrip.charging;

import org.jspecify.annotations.NullMarked;
