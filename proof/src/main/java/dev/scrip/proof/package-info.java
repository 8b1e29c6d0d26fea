@NullMarked
package dev.scrip.proof;

import org.jspecify.annotations.NullMarked;
