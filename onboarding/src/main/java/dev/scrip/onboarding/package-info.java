@NullMarked
package dev.scrip.onboarding;

import org.jspecify.annotations.NullMarked;
