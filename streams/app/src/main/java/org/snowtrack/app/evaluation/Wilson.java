package org.snowtrack.app.evaluation;

/**
 * The interval of Wilson (1927) at 95 %: where a share may really lie that was seen in so many of so many.
 *
 * @param low from 0 to 1
 * @param high from {@code low} to 1
 */
record Wilson(double low, double high) {

    private static final double Z = 1.959963984540054;

    /**
     * The interval around a share.
     *
     * @param some from 0 to {@code all}
     * @param all if 0, nothing is known and the interval is everything
     */
    static Wilson of(long some, long all) {
        if (all == 0) {
            return new Wilson(0, 1);
        }
        double share = (double) some / all;
        double spread = Z * Math.sqrt(share * (1 - share) / all + Z * Z / (4.0 * all * all));
        double centre = share + Z * Z / (2.0 * all);
        double scale = 1 + Z * Z / all;
        return new Wilson(
                some == 0 ? 0 : Math.max(0, (centre - spread) / scale),
                some == all ? 1 : Math.min(1, (centre + spread) / scale));
    }
}
