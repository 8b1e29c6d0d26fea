package dev.scrip.ledger;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeModel;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * This module with a bug put in: its real classes, loaded once more, one method of one of them with
 * another body. Everything else, the database too, is shared with the tests that run beside it.
 */
final class Mutant extends ClassLoader {

    private static final String MODULE = "dev.scrip.ledger.";

    private final String changedName;
    private final byte[] changed;

    private Mutant(Class<?> type, String method, Consumer<CodeBuilder> body)
            throws ClassNotFoundException {
        super(Mutant.class.getClassLoader());
        changedName = type.getName();
        changed = changed(bytes(changedName), method, body);
    }

    /**
     * Lives a scenario in this module with a bug.
     *
     * @param scenario has a constructor without parameters
     * @param body what the method does instead
     */
    static void run(
            Class<? extends Runnable> scenario,
            Class<?> changed,
            String method,
            Consumer<CodeBuilder> body) {
        try {
            Runnable life =
                    (Runnable)
                            new Mutant(changed, method, body)
                                    .loadClass(scenario.getName())
                                    .getDeclaredConstructor()
                                    .newInstance();
            life.run();
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith(MODULE)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> known = findLoadedClass(name);
            if (known != null) {
                return known;
            }
            byte[] bytes = name.equals(changedName) ? changed : bytes(name);
            return defineClass(name, bytes, 0, bytes.length);
        }
    }

    private byte[] bytes(String name) throws ClassNotFoundException {
        try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
            if (in == null) {
                throw new ClassNotFoundException(name);
            }
            return in.readAllBytes();
        } catch (IOException failed) {
            throw new ClassNotFoundException(name, failed);
        }
    }

    private static byte[] changed(byte[] original, String method, Consumer<CodeBuilder> body) {
        AtomicInteger applied = new AtomicInteger();
        ClassFile file = ClassFile.of();
        ClassModel model = file.parse(original);
        byte[] changed =
                file.transformClass(
                        model,
                        ClassTransform.transformingMethods(
                                each -> each.methodName().equalsString(method),
                                (builder, element) -> {
                                    if (element instanceof CodeModel) {
                                        applied.incrementAndGet();
                                        builder.withCode(body);
                                    } else {
                                        builder.with(element);
                                    }
                                }));
        if (applied.get() != 1) {
            throw new IllegalArgumentException(applied + " methods " + method);
        }
        return changed;
    }
}
