@NullMarked
package dev.scrip.organizations;

import org.jspecify.annotations.NullMarked;
