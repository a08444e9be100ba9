package io.weir.advisor.detection;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/** All detections. */
public final class Detections {

    /** Settings of a rule that has none. */
    private record NoSettings() {}

    /** A rule and its settings as they are when nothing is set. */
    private record Kind<S extends Record>(String id, S defaults, Function<S, Detection> maker) {

        Detection with(Thresholds thresholds) {
            return maker.apply(thresholds.of(id, defaults));
        }
    }

    private static <S extends Record> Kind<S> kind(S defaults, Function<S, Detection> maker) {
        return new Kind<>(maker.apply(defaults).facts().id(), defaults, maker);
    }

    private static Kind<NoSettings> kind(Supplier<Detection> maker) {
        return kind(new NoSettings(), none -> maker.get());
    }

    private static final List<Kind<?>> KINDS = List.of(
            kind(VerticalScan.Settings.defaults(), VerticalScan::new),
            kind(HorizontalScan.Settings.defaults(), HorizontalScan::new),
            kind(RandomWalkScan.Settings.defaults(), RandomWalkScan::new),
            kind(SlowScan.Settings.defaults(), SlowScan::new),
            kind(FlagProbe.Settings.defaults(), FlagProbe::new),
            kind(SynFlood.Settings.defaults(), SynFlood::new),
            kind(VolumeFlood.Settings.defaults(), VolumeFlood::new),
            kind(AmplificationFlood.Settings.defaults(), AmplificationFlood::new),
            kind(BruteForce.Settings.defaults(), BruteForce::new),
            kind(Beacon.Settings.defaults(), Beacon::new),
            kind(LongConnection.Settings.defaults(), LongConnection::new),
            kind(ExfiltrationVolume.Settings.defaults(), ExfiltrationVolume::new),
            kind(ExfiltrationDrip.Settings.defaults(), ExfiltrationDrip::new),
            kind(FirstContact.Settings.defaults(), FirstContact::new),
            kind(LateralSpread.Settings.defaults(), LateralSpread::new),
            kind(LateralChain.Settings.defaults(), LateralChain::new),
            kind(Callback::new),
            kind(DnsTunnel.Settings.defaults(), DnsTunnel::new),
            kind(NonexistentNames.Settings.defaults(), NonexistentNames::new),
            kind(GeneratedNames.Settings.defaults(), GeneratedNames::new),
            kind(EncryptedDns.Settings.defaults(), EncryptedDns::new),
            kind(IcmpTunnel.Settings.defaults(), IcmpTunnel::new),
            kind(TunnelOutside::new),
            kind(SpoofedSource.Settings.defaults(), SpoofedSource::new),
            kind(CleartextService::new),
            kind(UnexpectedService.Settings.defaults(), UnexpectedService::new),
            kind(ControlPort::new),
            kind(Mining.Settings.defaults(), Mining::new),
            kind(OddPort::new));

    private Detections() {}

    /** Each once, with the defaults. */
    public static List<Detection> all() {
        return all(Thresholds.DEFAULTS);
    }

    /** Each once; they have no state, so all tasks may share them. */
    public static List<Detection> all(Thresholds thresholds) {
        return KINDS.stream().<Detection>map(kind -> kind.with(thresholds)).toList();
    }

    /** Adds what is wrong with what is set, one mistake a line. */
    static void check(Thresholds thresholds, List<String> problems) {
        for (Kind<?> kind : KINDS) {
            try {
                kind.with(thresholds);
            } catch (IllegalArgumentException e) {
                problems.add(e.getMessage());
            }
        }
    }

    /** The thresholds of a rule with their defaults, as they are written. */
    static Map<String, String> thresholds(String id) {
        return KINDS.stream()
                .filter(kind -> kind.id().equals(id))
                .map(kind -> Thresholds.texts(kind.defaults()))
                .findFirst()
                .orElseThrow();
    }

    /** Ids of all. */
    public static List<String> ids() {
        return KINDS.stream().map(Kind::id).toList();
    }
}
