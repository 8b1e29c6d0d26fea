@NullMarked
package dev.scrip.alerts;

import org.jspecify.annotations.NullMarked;
