// SPDX-License-Identifier: Apache-2.0
package io.carp.itests;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;

/**
 * A program: an OSGi framework without a Karaf around it. Its arguments are a directory for its storage, the one for
 * cfg files, and bundles. It ends in good order when its standard input does.
 */
public final class PlainFelix {
    private PlainFelix() {}

    public static void main(String[] arguments) throws Exception {
        Framework framework = ServiceLoader.load(FrameworkFactory.class)
                .findFirst()
                .orElseThrow()
                .newFramework(Map.of(
                        Constants.FRAMEWORK_STORAGE,
                        arguments[0],
                        Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA,
                        "org.slf4j;version=1.7.36",
                        "felix.fileinstall.dir",
                        arguments[1],
                        "felix.fileinstall.poll",
                        "500"));
        framework.start();
        List<Bundle> bundles = new ArrayList<>();
        for (String jar : List.of(arguments).subList(2, arguments.length)) {
            bundles.add(framework
                    .getBundleContext()
                    .installBundle(Path.of(jar).toUri().toString()));
        }
        for (Bundle bundle : bundles) {
            if (bundle.getHeaders().get(Constants.FRAGMENT_HOST) == null) {
                bundle.start();
            }
        }
        System.out.println("started, Java " + System.getProperty("java.version"));
        System.in.transferTo(System.out);
        framework.stop();
        framework.waitForStop(0);
        System.out.println("stopped");
    }
}
