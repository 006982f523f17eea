package org.snowtrack.app.simulation;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * Everybody who lives in a simulated world. The same seed and scale make the same world.
 *
 * @param owners by first address
 */
record World(List<Owner> owners, List<Land.Provider> providers) {

    private static final int CAMPAIGNS_OF_A_KIND = 4;

    private record Plan(String label, String kind, int number) {}

    /**
     * Makes a world up.
     *
     * @param scale 1 for about 60 campaigns among 400 innocents; from above 0 to 100
     */
    static World of(long seed, double scale) {
        Random random = new Random(seed);
        Words words = new Words(random);
        Land land = new Land(random, words);
        Chance chance = new Chance(random);
        List<Owner> owners = new ArrayList<>();
        for (Plan plan : plans(scale, random)) {
            Builder to = new Builder(chance, words, land);
            if (plan.label().equals(Campaigns.LABEL)) {
                Campaigns.build(plan.kind(), to);
            } else {
                Innocents.kind(plan.kind()).build().accept(to);
            }
            owners.add(to.owner(plan.label(), String.format(Locale.ROOT, "%s-%02d", plan.kind(), plan.number())));
        }
        owners.sort(Comparator.comparing(owner -> owner.hosts().get(0).ip()));
        return new World(List.copyOf(owners), land.providers());
    }

    /** In any order, so that all kinds become each other's neighbours. */
    private static List<Plan> plans(double scale, Random random) {
        List<Plan> plans = new ArrayList<>();
        for (String kind : Campaigns.kinds()) {
            add(plans, Campaigns.LABEL, kind, CAMPAIGNS_OF_A_KIND * scale);
        }
        for (Map.Entry<String, Innocents.Kind> kind : Innocents.kinds().entrySet()) {
            add(plans, kind.getKey(), kind.getKey(), kind.getValue().owners() * scale);
        }
        Collections.shuffle(plans, random);
        return plans;
    }

    private static void add(List<Plan> plans, String label, String kind, double count) {
        for (int i = 1; i <= Math.max(1, Math.round(count)); i++) {
            plans.add(new Plan(label, kind, i));
        }
    }
}
