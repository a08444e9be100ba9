package io.weir.exporters.finding;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A technique of MITRE ATT&amp;CK (Enterprise) by its id, with the names that other schemas ask for.
 *
 * @param id for example {@code T1595.001}
 * @param name name; null where this version does not know the id
 * @param tactics what it serves
 */
record AttackTechnique(String id, String name, List<Tactic> tactics) {

    /** Tactics that the techniques below serve. */
    enum Tactic {
        RECONNAISSANCE("TA0043", "Reconnaissance"),
        INITIAL_ACCESS("TA0001", "Initial Access"),
        CREDENTIAL_ACCESS("TA0006", "Credential Access"),
        DISCOVERY("TA0007", "Discovery"),
        LATERAL_MOVEMENT("TA0008", "Lateral Movement"),
        COLLECTION("TA0009", "Collection"),
        COMMAND_AND_CONTROL("TA0011", "Command and Control"),
        EXFILTRATION("TA0010", "Exfiltration"),
        IMPACT("TA0040", "Impact");

        final String id;
        final String caption;

        Tactic(String id, String caption) {
            this.id = id;
            this.caption = caption;
        }
    }

    private static final Map<String, AttackTechnique> KNOWN = new HashMap<>();

    static {
        know("T1595", "Active Scanning", Tactic.RECONNAISSANCE);
        know("T1595.001", "Scanning IP Blocks", Tactic.RECONNAISSANCE);
        know("T1595.002", "Vulnerability Scanning", Tactic.RECONNAISSANCE);
        know("T1190", "Exploit Public-Facing Application", Tactic.INITIAL_ACCESS);
        know("T1133", "External Remote Services", Tactic.INITIAL_ACCESS);
        know("T1110", "Brute Force", Tactic.CREDENTIAL_ACCESS);
        know("T1110.001", "Password Guessing", Tactic.CREDENTIAL_ACCESS);
        know("T1110.003", "Password Spraying", Tactic.CREDENTIAL_ACCESS);
        know("T1040", "Network Sniffing", Tactic.CREDENTIAL_ACCESS, Tactic.DISCOVERY);
        know("T1552", "Unsecured Credentials", Tactic.CREDENTIAL_ACCESS);
        know("T1552.005", "Cloud Instance Metadata API", Tactic.CREDENTIAL_ACCESS);
        know("T1557", "Adversary-in-the-Middle", Tactic.CREDENTIAL_ACCESS, Tactic.COLLECTION);
        know("T1018", "Remote System Discovery", Tactic.DISCOVERY);
        know("T1046", "Network Service Discovery", Tactic.DISCOVERY);
        know("T1613", "Container and Resource Discovery", Tactic.DISCOVERY);
        know("T1021", "Remote Services", Tactic.LATERAL_MOVEMENT);
        know("T1021.001", "Remote Desktop Protocol", Tactic.LATERAL_MOVEMENT);
        know("T1021.002", "SMB/Windows Admin Shares", Tactic.LATERAL_MOVEMENT);
        know("T1021.004", "SSH", Tactic.LATERAL_MOVEMENT);
        know("T1021.005", "VNC", Tactic.LATERAL_MOVEMENT);
        know("T1021.006", "Windows Remote Management", Tactic.LATERAL_MOVEMENT);
        know("T1210", "Exploitation of Remote Services", Tactic.LATERAL_MOVEMENT);
        know("T1071", "Application Layer Protocol", Tactic.COMMAND_AND_CONTROL);
        know("T1071.001", "Web Protocols", Tactic.COMMAND_AND_CONTROL);
        know("T1071.004", "DNS", Tactic.COMMAND_AND_CONTROL);
        know("T1090", "Proxy", Tactic.COMMAND_AND_CONTROL);
        know("T1090.003", "Multi-hop Proxy", Tactic.COMMAND_AND_CONTROL);
        know("T1095", "Non-Application Layer Protocol", Tactic.COMMAND_AND_CONTROL);
        know("T1105", "Ingress Tool Transfer", Tactic.COMMAND_AND_CONTROL);
        know("T1568", "Dynamic Resolution", Tactic.COMMAND_AND_CONTROL);
        know("T1568.002", "Domain Generation Algorithms", Tactic.COMMAND_AND_CONTROL);
        know("T1571", "Non-Standard Port", Tactic.COMMAND_AND_CONTROL);
        know("T1572", "Protocol Tunneling", Tactic.COMMAND_AND_CONTROL);
        know("T1020", "Automated Exfiltration", Tactic.EXFILTRATION);
        know("T1029", "Scheduled Transfer", Tactic.EXFILTRATION);
        know("T1030", "Data Transfer Size Limits", Tactic.EXFILTRATION);
        know("T1041", "Exfiltration Over C2 Channel", Tactic.EXFILTRATION);
        know("T1048", "Exfiltration Over Alternative Protocol", Tactic.EXFILTRATION);
        know("T1048.003", "Exfiltration Over Unencrypted Non-C2 Protocol", Tactic.EXFILTRATION);
        know("T1496", "Resource Hijacking", Tactic.IMPACT);
        know("T1498", "Network Denial of Service", Tactic.IMPACT);
        know("T1498.001", "Direct Network Flood", Tactic.IMPACT);
        know("T1498.002", "Reflection Amplification", Tactic.IMPACT);
        know("T1499", "Endpoint Denial of Service", Tactic.IMPACT);
        know("T1499.001", "OS Exhaustion Flood", Tactic.IMPACT);
        know("T1499.002", "Service Exhaustion Flood", Tactic.IMPACT);
    }

    private static void know(String id, String name, Tactic... tactics) {
        KNOWN.put(id, new AttackTechnique(id, name, List.of(tactics)));
    }

    /** Of an id that is not known here: just the id. */
    static AttackTechnique of(String id) {
        AttackTechnique known = KNOWN.get(id);
        return known == null ? new AttackTechnique(id, null, List.of()) : known;
    }

    boolean isSubTechnique() {
        return id.indexOf('.') >= 0;
    }

    /** The technique that this one is part of; itself where it is none. */
    AttackTechnique parent() {
        return isSubTechnique() ? of(id.substring(0, id.indexOf('.'))) : this;
    }

    /** Its page. */
    String url() {
        return "https://attack.mitre.org/techniques/" + id.replace('.', '/') + "/";
    }
}
