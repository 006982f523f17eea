package org.snowtrack.topologies.range;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.snowtrack.topologies.range.Views.DAY;
import static org.snowtrack.topologies.range.Views.MANY_FEEDS;
import static org.snowtrack.topologies.range.Views.address;
import static org.snowtrack.topologies.range.Views.confirmed;
import static org.snowtrack.topologies.range.Views.daysAgo;
import static org.snowtrack.topologies.range.Views.fresh;
import static org.snowtrack.topologies.range.Views.host;
import static org.snowtrack.topologies.range.Views.old;
import static org.snowtrack.topologies.range.Views.registered;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.snowtrack.schemas.DomainRecord;
import org.snowtrack.schemas.Evidence;
import org.snowtrack.schemas.EvidenceCode;
import org.snowtrack.schemas.FlaggedRange;
import org.snowtrack.schemas.HostName;
import org.snowtrack.schemas.Verdict;
import org.snowtrack.topologies.activity.Acceptance;

/** Owners who look like snowshoe spammers and are none, each beside the one fact that would convict. */
class BenignTwinsTest {

    @Test
    void shouldOnlyWatchASmallBusinessOnItsOldDomain() {
        // Given
        List<AddressView> business = row(host("x.example"), host("mail.x.example"), host("service.x.example"));

        // When
        List<FlaggedRange> ranges = judge(business, old("x.example"));

        // Then
        assertThat(ranges).extracting(FlaggedRange::getVerdict).containsExactly(Verdict.WATCHED);
        assertThat(judge(business, fresh("x.example")))
                .as("the same shape, the domain fresh")
                .extracting(FlaggedRange::getVerdict)
                .containsExactly(Verdict.FLAGGED);
    }

    @Test
    void shouldOnlyWatchAFoundationThatNamesItsHostsAfterStars() {
        // Given
        List<AddressView> foundation = row(Stream.of("sirius", "vega", "rigel", "deneb", "spica")
                .map(star -> confirmed(star + ".foundation.example"))
                .toArray(HostName[]::new));

        // When
        List<FlaggedRange> ranges = judge(foundation, old("foundation.example"));

        // Then
        assertThat(ranges).extracting(FlaggedRange::getVerdict).containsExactly(Verdict.WATCHED);
    }

    @Test
    void shouldFindNothingInAPoolWhoseNamesAreItsAddresses() {
        // Given
        List<AddressView> confirmedPool = IntStream.rangeClosed(10, 15)
                .mapToObj(i -> address("192.0.2." + i)
                        .named(confirmed("dsl-192-0-2-" + i + ".isp.example"))
                        .byReporters(5)
                        .view())
                .toList();
        List<AddressView> pool = IntStream.rangeClosed(10, 15)
                .mapToObj(i -> address("192.0.2." + i)
                        .named(host("dsl-192-0-2-" + i + ".isp.example"))
                        .byReporters(5)
                        .view())
                .toList();

        // When
        List<FlaggedRange> ranges = judge(pool, old("isp.example"));

        // Then
        assertThat(ranges).isEmpty();
        assertThat(judge(confirmedPool, fresh("isp.example")))
                .as("a young provider's confirmed pool")
                .isEmpty();
    }

    @Test
    void shouldNotBelieveASingleReporterHoweverOftenItAccuses() {
        // Given
        List<AddressView> run = IntStream.rangeClosed(10, 15)
                .mapToObj(i -> {
                    Views accused = address("192.0.2." + i).named(host("w" + i + ".snow.example"));
                    IntStream.range(0, 1000).forEach(again -> accused.by("rival", daysAgo(again % 60)));
                    return accused;
                })
                .map(Views::view)
                .toList();

        // When
        List<FlaggedRange> ranges = judge(run, fresh("snow.example"));

        // Then
        assertThat(ranges).extracting(FlaggedRange::getVerdict).containsExactly(Verdict.WATCHED);
    }

    @Test
    void shouldNotLetASingleReporterStretchWhatOthersSawOnOneAddress() {
        // Given
        AddressView seen =
                address("192.0.2.10").named(host("snow.example")).byReporters(5).view();
        AddressView accused = address("192.0.2.11")
                .named(host("mail.snow.example"))
                .by("isp-1", daysAgo(1))
                .view();
        AddressView other = address("192.0.2.11")
                .named(host("mail.snow.example"))
                .byReporters(2)
                .view();

        // When
        List<FlaggedRange> ranges = judge(List.of(seen, accused), fresh("snow.example"));

        // Then
        assertThat(ranges).extracting(FlaggedRange::getVerdict).containsExactly(Verdict.WATCHED);
        assertThat(judge(List.of(seen, other), fresh("snow.example")))
                .as("a second reporter saw the second address")
                .extracting(FlaggedRange::getVerdict)
                .containsExactly(Verdict.FLAGGED);
    }

    @Test
    void shouldPartARangeAtAStrangersConfirmedNameAndNotAtAHole() {
        // Given
        AddressView left = named(10, host("snow.example"));
        AddressView alsoLeft = named(11, host("a.snow.example"));
        AddressView right = named(13, host("b.snow.example"));
        AddressView alsoRight = named(14, host("c.snow.example"));
        AddressView stranger = named(12, confirmed("192-0-2-12.isp.example"));

        // When
        List<FlaggedRange> parted = judge(List.of(left, alsoLeft, stranger, right, alsoRight), fresh("snow.example"));

        // Then
        assertThat(parted)
                .extracting(RangeLedger::key)
                .containsExactly("192.0.2.10-192.0.2.11", "192.0.2.13-192.0.2.14");
        assertThat(judge(List.of(left, alsoLeft, right, alsoRight), fresh("snow.example")))
                .extracting(RangeLedger::key)
                .containsExactly("192.0.2.10-192.0.2.14");
    }

    @Test
    void shouldNotCountManyFreshDomainsOfOneIpv6UnitAsManyPlaces() {
        // Given
        List<AddressView> crowd = IntStream.rangeClosed(1, 3)
                .mapToObj(i -> address("2001:db8::" + i)
                        .named(host("fresh" + i + ".example"))
                        .byReporters(5)
                        .view())
                .toList();
        List<AddressView> row = IntStream.rangeClosed(1, 3)
                .mapToObj(i -> address("2001:db8:0:" + i + "::1")
                        .named(host("fresh" + i + ".example"))
                        .byReporters(5)
                        .view())
                .toList();
        DomainRecord[] facts = {fresh("fresh1.example"), fresh("fresh2.example"), fresh("fresh3.example")};

        // When
        List<FlaggedRange> ranges = judge(crowd, facts);

        // Then
        assertThat(ranges).isEmpty();
        assertThat(judge(row, facts)).extracting(FlaggedRange::getVerdict).containsExactly(Verdict.FLAGGED);
    }

    @Test
    void shouldOnlyWatchAStartUpWithThreeHostsThatFewOfManyFeedsReport() {
        // Given
        List<AddressView> startUp = row(host("start.example"), host("mail.start.example"), host("www.start.example"));
        List<AddressView> longer = Stream.concat(
                        startUp.stream(),
                        Stream.of(named(13, host("w1.start.example")), named(14, host("w2.start.example"))))
                .toList();

        // When
        List<FlaggedRange> ranges = judgeAmong(120, startUp, fresh("start.example"));

        // Then
        assertThat(ranges).extracting(FlaggedRange::getVerdict).containsExactly(Verdict.WATCHED);
        assertThat(judgeAmong(50, startUp, fresh("start.example")))
                .as("the same five reporters of fewer feeds")
                .extracting(FlaggedRange::getVerdict)
                .containsExactly(Verdict.FLAGGED);
        assertThat(judgeAmong(120, longer, fresh("start.example")))
                .as("on five addresses")
                .extracting(FlaggedRange::getVerdict)
                .containsExactly(Verdict.FLAGGED);
    }

    @Test
    void shouldSpareTheNewCustomerOfAMailService() {
        // Given
        List<AddressView> service = row(
                confirmed("mta1.old-shop.example"),
                confirmed("mta2.club.example"),
                confirmed("mta3.new-shop.example"),
                confirmed("mta4.new-shop.example"));
        DomainRecord[] facts = {old("old-shop.example"), old("club.example"), fresh("new-shop.example")};

        // When
        List<FlaggedRange> ranges = judge(service, facts);

        // Then
        assertThat(ranges)
                .extracting(RangeLedger::key, FlaggedRange::getVerdict)
                .containsExactly(tuple("192.0.2.12-192.0.2.13", Verdict.WATCHED));
        assertThat(ranges.get(0).getEvidence())
                .filteredOn(evidence -> evidence.getCode() == EvidenceCode.KNOWN_SENDER)
                .extracting(Evidence::getValue)
                .containsExactly("among 2 addresses of 2 settled owners");
        assertThat(judge(service.subList(1, 4), facts))
                .as("beside one settled owner")
                .extracting(FlaggedRange::getVerdict)
                .containsExactly(Verdict.FLAGGED);
    }

    @Test
    void shouldNotListWhoeverOnlyClaimsABanksNameBesideAThrowawayRange() {
        // Given
        List<AddressView> row = row(
                host("snow.example"),
                host("www.bank.example"),
                host("a.snow.example"),
                host("w1.bank.example"),
                host("w2.bank.example"));

        // When
        List<FlaggedRange> ranges = judge(row, fresh("snow.example"), old("bank.example"));

        // Then
        assertThat(ranges).extracting(RangeLedger::key).containsExactly("192.0.2.10-192.0.2.12");
        assertThat(ranges.get(0).getVerdict()).isEqualTo(Verdict.FLAGGED);
        assertThat(ranges.get(0).getDomains()).containsExactly("snow.example");
        assertThat(ranges.get(0).getMembers()).hasSize(2);
    }

    @Test
    void shouldSpareALargeSenderWhoseMailIsMostlyAccepted() {
        // Given
        List<AddressView> sender = IntStream.rangeClosed(10, 15)
                .mapToObj(i -> address("192.0.2." + i)
                        .named(host("out" + i + ".letters.example"))
                        .byReporters(5)
                        .accepting("log-1", daysAgo(3))
                        .accepting("log-2", daysAgo(2))
                        .view())
                .toList();
        List<AddressView> refused = IntStream.rangeClosed(10, 15)
                .mapToObj(i -> address("192.0.2." + i)
                        .named(host("out" + i + ".letters.example"))
                        .byReporters(5)
                        .by("log-3", daysAgo(2), Acceptance.LESS)
                        .by("log-4", daysAgo(2), Acceptance.SOME)
                        .accepting("log-1", daysAgo(3))
                        .accepting("log-2", daysAgo(2))
                        .view())
                .toList();

        // When
        List<FlaggedRange> ranges = judge(sender, fresh("letters.example"));

        // Then
        assertThat(ranges).extracting(FlaggedRange::getVerdict).containsExactly(Verdict.WATCHED);
        assertThat(ranges.get(0).getEvidence())
                .filteredOn(evidence -> evidence.getCode() == EvidenceCode.MOSTLY_ACCEPTED)
                .containsExactly(new Evidence(
                        EvidenceCode.MOSTLY_ACCEPTED,
                        "12 of 12 logs tell of far more accepted than refused",
                        daysAgo(2)));
        assertThat(judge(refused, fresh("letters.example")))
                .as("as many logs tell otherwise")
                .extracting(FlaggedRange::getVerdict)
                .containsExactly(Verdict.FLAGGED);
    }

    @Test
    void shouldNotListWhoeverOnlyLivesNextDoor() {
        // Given
        Stream<AddressView> campaign = IntStream.rangeClosed(10, 15).mapToObj(i -> address("192.0.2." + i)
                .named(host("w" + i + ".snow.example"))
                .byReporters(12)
                .view());
        List<AddressView> startUp = IntStream.rangeClosed(16, 18)
                .mapToObj(i -> address("192.0.2." + i)
                        .named(host("w" + i + ".start.example"))
                        .byReporters(2)
                        .view())
                .toList();
        List<AddressView> row = Stream.concat(campaign, startUp.stream()).toList();

        // When
        List<FlaggedRange> ranges = judge(row, fresh("snow.example"), fresh("start.example"));

        // Then
        assertThat(ranges)
                .extracting(RangeLedger::key, FlaggedRange::getVerdict)
                .containsExactly(
                        tuple("192.0.2.10-192.0.2.15", Verdict.FLAGGED),
                        tuple("192.0.2.16-192.0.2.18", Verdict.WATCHED));
    }

    @Test
    void shouldTakeThreeDomainsOfOneWeekAndRegistrarForOneOwnersAndTwoForChance() {
        // Given
        Stream<AddressView> campaign = IntStream.rangeClosed(10, 15).mapToObj(i -> address("192.0.2." + i)
                .named(host("w" + i + (i % 2 == 0 ? ".snow.example" : ".drift.example")))
                .byReporters(12)
                .view());
        Stream<AddressView> next = IntStream.rangeClosed(16, 18).mapToObj(i -> address("192.0.2." + i)
                .named(host("w" + i + ".flake.example"))
                .byReporters(2)
                .view());
        List<AddressView> row = Stream.concat(campaign, next).toList();
        DomainRecord snow =
                registered("snow.example", daysAgo(60)).setRegistrar("9999").build();
        DomainRecord flake =
                registered("flake.example", daysAgo(55)).setRegistrar("9999").build();

        // When
        List<FlaggedRange> ofThree = judge(
                row,
                snow,
                registered("drift.example", daysAgo(57)).setRegistrar("9999").build(),
                flake);

        // Then
        assertThat(ofThree).extracting(RangeLedger::key).containsExactly("192.0.2.10-192.0.2.18");
        assertThat(judge(row, snow, fresh("drift.example"), flake))
                .as("two of one registrar")
                .extracting(RangeLedger::key, FlaggedRange::getVerdict)
                .contains(tuple("192.0.2.16-192.0.2.18", Verdict.WATCHED));
    }

    @Test
    void shouldNotLetOneKnownDomainSpeakForManyUnknownAddresses() {
        // Given
        List<AddressView> row = row(Stream.concat(
                        Stream.of("a.start.example", "b.start.example"),
                        IntStream.rangeClosed(1, 7).mapToObj(i -> "s" + i + ".hoster.example"))
                .map(Views::host)
                .toArray(HostName[]::new));

        // When
        List<FlaggedRange> ranges = judge(row, fresh("start.example"));

        // Then
        assertThat(ranges).extracting(FlaggedRange::getVerdict).containsExactly(Verdict.WATCHED);
        assertThat(judge(row.subList(0, 8), fresh("start.example")))
                .as("a quarter is known, and fresh")
                .extracting(FlaggedRange::getVerdict)
                .containsExactly(Verdict.FLAGGED);
    }

    @Test
    void shouldTakeAKnownSenderForEstablishedWhateverItsRegistrySays() {
        // Given
        List<AddressView> pool =
                row(confirmed("o1.sendgrid.net"), confirmed("o2.sendgrid.net"), confirmed("o3.sendgrid.net"));

        // When
        List<FlaggedRange> ranges = judge(pool, fresh("sendgrid.net"));

        // Then
        assertThat(ranges).extracting(FlaggedRange::getVerdict).containsExactly(Verdict.WATCHED);
        assertThat(ranges.get(0).getEvidence())
                .filteredOn(evidence -> evidence.getCode() == EvidenceCode.KNOWN_SENDER)
                .extracting(Evidence::getValue)
                .containsExactly("sendgrid.net, confirmed");
    }

    private static List<AddressView> row(HostName... names) {
        return IntStream.range(0, names.length)
                .mapToObj(i -> named(10 + i, names[i]))
                .toList();
    }

    private static AddressView named(int last, HostName name) {
        return address("192.0.2." + last).named(name).byReporters(5).view();
    }

    private static List<FlaggedRange> judge(List<AddressView> views, DomainRecord... facts) {
        return judgeAmong(MANY_FEEDS, views, facts);
    }

    private static List<FlaggedRange> judgeAmong(int feeds, List<AddressView> views, DomainRecord... facts) {
        Map<String, DomainRecord> known =
                Stream.of(facts).collect(Collectors.toMap(DomainRecord::getDomain, fact -> fact));
        return new RangeJudge(Views.settings()).judge(views, known, Allowances.NONE, DAY, feeds);
    }
}
