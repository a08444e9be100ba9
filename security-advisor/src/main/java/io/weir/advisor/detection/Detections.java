package io.weir.advisor.detection;

import java.util.List;

/** All detections, with their defaults. */
public final class Detections {

    private Detections() {}

    /** Each once; they have no state, so all tasks may share them. */
    public static List<Detection> all() {
        return List.of(
                new VerticalScan(VerticalScan.Settings.defaults()),
                new HorizontalScan(HorizontalScan.Settings.defaults()),
                new RandomWalkScan(RandomWalkScan.Settings.defaults()),
                new SlowScan(SlowScan.Settings.defaults()),
                new FlagProbe(FlagProbe.Settings.defaults()),
                new SynFlood(SynFlood.Settings.defaults()),
                new VolumeFlood(VolumeFlood.Settings.defaults()),
                new AmplificationFlood(AmplificationFlood.Settings.defaults()),
                new BruteForce(BruteForce.Settings.defaults()),
                new Beacon(Beacon.Settings.defaults()),
                new LongConnection(LongConnection.Settings.defaults()),
                new ExfiltrationVolume(ExfiltrationVolume.Settings.defaults()),
                new ExfiltrationDrip(ExfiltrationDrip.Settings.defaults()),
                new FirstContact(FirstContact.Settings.defaults()),
                new LateralSpread(LateralSpread.Settings.defaults()),
                new LateralChain(LateralChain.Settings.defaults()),
                new Callback(),
                new DnsTunnel(DnsTunnel.Settings.defaults()),
                new NonexistentNames(NonexistentNames.Settings.defaults()),
                new GeneratedNames(GeneratedNames.Settings.defaults()),
                new EncryptedDns(EncryptedDns.Settings.defaults()),
                new IcmpTunnel(IcmpTunnel.Settings.defaults()),
                new TunnelOutside(),
                new SpoofedSource(SpoofedSource.Settings.defaults()),
                new CleartextService(),
                new UnexpectedService(UnexpectedService.Settings.defaults()),
                new ControlPort(),
                new Mining(Mining.Settings.defaults()),
                new OddPort());
    }

    /** Ids of all. */
    public static List<String> ids() {
        return all().stream().map(one -> one.facts().id()).toList();
    }
}
