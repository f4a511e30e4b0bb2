// SPDX-License-Identifier: Apache-2.0
package io.carp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/** What compiled classes do not show: sizes, names and licence lines of every module's sources. */
class SourceTreeTest {
    private static final int FILE_LINES = 300;
    private static final int METHOD_LINES = 70;

    /** Files still to be split. Shrinks only: a name that is no longer needed here fails the test, too. */
    private static final Set<String> STILL_TOO_LONG = Set.of();

    /** Words that say what kind of thing a class is to a programmer, and nothing about what it is for. */
    private static final Set<String> EMPTY_WORDS = Set.of(
            "Registry", "Factory", "Manager", "Helper", "Helpers", "Util", "Utils", "Base", "Abstract", "Activator");

    @Test
    void filesAreShortEnoughToBeReadAtOnce() throws IOException {
        List<String> tooLong = new ArrayList<>();
        for (Path file : sources()) {
            int lines = Files.readAllLines(file).size();
            if (lines >= FILE_LINES
                    != STILL_TOO_LONG.contains(file.getFileName().toString())) {
                tooLong.add(file + ": " + lines + " lines");
            }
        }
        assertEquals(List.of(), tooLong, "files of " + FILE_LINES + " lines and more");
    }

    @Test
    void everyFileNamesItsLicence() throws IOException {
        List<Path> without = new ArrayList<>();
        for (Path file : sources()) {
            if (!Files.readString(file).startsWith("// SPDX-License-Identifier: Apache-2.0\n")) {
                without.add(file);
            }
        }
        assertEquals(List.of(), without, "files without the SPDX line on top");
    }

    @Test
    void methodsAreShortAndTypesAreNamedAfterWhatTheyAreFor() throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        List<String> faults = new ArrayList<>();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            JavacTask task = (JavacTask) compiler.getTask(
                    null, files, null, List.of("-proc:none"), null, files.getJavaFileObjectsFromPaths(sources()));
            Trees trees = Trees.instance(task);
            for (CompilationUnitTree unit : task.parse()) {
                unit.accept(new Inspection(unit, trees, faults), null);
            }
        }
        assertEquals(List.of(), faults);
    }

    private static List<Path> sources() throws IOException {
        List<Path> found = new ArrayList<>();
        try (Stream<Path> modules = Files.list(Path.of(".."))) {
            for (Path module : modules.filter(dir -> Files.isRegularFile(dir.resolve("pom.xml")))
                    .toList()) {
                Path tree = module.resolve("src");
                if (Files.isDirectory(tree)) {
                    try (Stream<Path> files = Files.walk(tree)) {
                        files.filter(file -> file.toString().endsWith(".java")).forEach(found::add);
                    }
                }
            }
        }
        assertTrue(found.size() > 20, "the tree was not found, only " + found);
        return found;
    }

    private static final class Inspection extends TreeScanner<Void, Void> {
        private final CompilationUnitTree unit;
        private final Trees trees;
        private final List<String> faults;

        Inspection(CompilationUnitTree unit, Trees trees, List<String> faults) {
            this.unit = unit;
            this.trees = trees;
            this.faults = faults;
        }

        @Override
        public Void visitClass(ClassTree type, Void nothing) {
            String name = type.getSimpleName().toString();
            Set<String> empty = Arrays.stream(name.split("(?=[A-Z])"))
                    .filter(EMPTY_WORDS::contains)
                    .collect(Collectors.toSet());
            if (!empty.isEmpty()) {
                faults.add(file() + ": the name " + name + " says nothing with " + empty);
            }
            return super.visitClass(type, nothing);
        }

        @Override
        public Void visitMethod(MethodTree method, Void nothing) {
            long first = line(trees.getSourcePositions().getStartPosition(unit, method));
            long last = line(trees.getSourcePositions().getEndPosition(unit, method));
            if (last - first + 1 >= METHOD_LINES) {
                faults.add(file() + ": " + method.getName() + " has " + (last - first + 1) + " lines");
            }
            return super.visitMethod(method, nothing);
        }

        private long line(long position) {
            return unit.getLineMap().getLineNumber(position);
        }

        private String file() {
            return unit.getSourceFile().getName();
        }
    }
}
