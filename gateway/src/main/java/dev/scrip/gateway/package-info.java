@NullMarked
package dev.scrip.gateway;

import org.jspecify.annotations.NullMarked;
