package dev.scrip.console;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What a page, or a family of pages, needs of its visitor; the method's counts before the class's.
 * A page that says nothing needs {@link Access#MEMBER}.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@interface Needs {

    Access value();
}
