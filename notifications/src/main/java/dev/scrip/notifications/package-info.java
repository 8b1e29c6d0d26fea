@NullMarked
package dev.scrip.notifications;

import org.jspecify.annotations.NullMarked;
