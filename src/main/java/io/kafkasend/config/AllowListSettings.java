package io.kafkasend.config;

import io.kafkasend.security.endpoint.EndpointPolicy;
import io.kafkasend.security.header.HeaderPolicy;
import io.kafkasend.security.header.ResponseHeaderPolicy;
import io.kafkasend.setting.Setting;
import java.util.List;

/** What of any request and answer may pass, whoever asks. */
public final class AllowListSettings {
    public static final Setting<String> ALLOWED_ENDPOINTS = Accepts.text(
            "PORTAL_ALLOWED_ENDPOINTS",
            "",
            "paths that begin with /, with commas between; * stands for anything",
            AllowListSettings::endpointPatterns,
            "Which endpoints clients may ask for; empty allows none.");
    public static final Setting<String> ALLOWED_HEADERS = Accepts.text(
            "PORTAL_ALLOWED_HEADERS",
            HeaderPolicy.DEFAULT,
            "header names with commas between",
            value -> value,
            "Which request headers reach the API; empty lets none pass.");
    public static final Setting<String> SECRET_HEADERS = Accepts.text(
            "PORTAL_SECRET_HEADERS",
            "",
            "header names with commas between",
            value -> value,
            "Request headers that hold clients' secrets, beside Authorization, Cookie and Proxy-Authorization: they never pass, and the"
                    + " security log names them.");
    public static final Setting<String> ALLOWED_RESPONSE_HEADERS = Accepts.text(
            "PORTAL_ALLOWED_RESPONSE_HEADERS",
            ResponseHeaderPolicy.DEFAULT,
            "header names with commas between",
            value -> value,
            "Which of the API's headers go back to the client.");
    public static final Setting<Boolean> STRICT_SECURITY = Accepts.flag(
            "PORTAL_STRICT_SECURITY",
            true,
            "Whether endpoints that name internal hosts in a segment or a query value are refused; false logs them.");

    static final SettingsGroup GROUP = new SettingsGroup(
            "Allowed headers and strict mode",
            List.of(ALLOWED_ENDPOINTS, ALLOWED_HEADERS, SECRET_HEADERS, ALLOWED_RESPONSE_HEADERS, STRICT_SECURITY));

    private AllowListSettings() {}

    private static String endpointPatterns(String value) {
        return Accepts.ruled("", () -> {
            new EndpointPolicy(value, true);
            return value;
        });
    }
}
