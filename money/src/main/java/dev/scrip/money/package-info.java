@NullMarked
package dev.scrip.money;

import org.jspecify.annotations.NullMarked;
