// SPDX-License-Identifier: Apache-2.0
package io.carp.keys;

import java.util.Set;
import java.util.stream.Collectors;

/**
 * The keys of a file as a form of web consoles, in the XML of OSGi's Metatype. All values are text, so that a form can
 * leave one out.
 *
 * @param designates the attribute that says whose configurations these are
 */
record Form(CfgFile file, String pid, String designates, String name, String description) {
    String xml() {
        String attributes = file.keys().stream().map(Form::attribute).collect(Collectors.joining());
        return """
                <?xml version="1.0" encoding="UTF-8"?>
                <!-- SPDX-License-Identifier: Apache-2.0. Written by carp-keys, see CONTRIBUTING.md. -->
                <metatype:MetaData xmlns:metatype="http://www.osgi.org/xmlns/metatype/v1.3.0">
                  <OCD id="%1$s" name="%2$s" description="%3$s">
                %4$s  </OCD>
                  <Designate %5$s="%1$s">
                    <Object ocdref="%1$s"/>
                  </Designate>
                </metatype:MetaData>
                """.formatted(pid, escaped(name), escaped(description), attributes, designates);
    }

    private static final Set<String> SECRET = Set.of("pass", "sealKey");

    private static String attribute(Key<?> key) {
        String type = SECRET.contains(key.name()) ? "Password" : "String";
        return "    <AD id=\"%1$s\" name=\"%1$s\" type=\"%2$s\" required=\"%3$s\" default=\"%4$s\" description=\"%5$s\"/>\n"
                .formatted(
                        key.name(),
                        type,
                        key.absent().isRefused(),
                        key.absent().isOffered() ? escaped(key.absent().value()) : "",
                        escaped(key.inOneLine()));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
