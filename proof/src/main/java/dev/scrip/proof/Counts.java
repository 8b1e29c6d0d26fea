package dev.scrip.proof;

import java.util.List;

/**
 * What was counted in one attack.
 *
 * @param overspent requests that were started and that no money covered
 * @param lost answers without exactly their charge, and effects of living processes without any
 * @param doubled requests charged or carried out twice, and charges for nothing
 * @param falselyRefused refusals for credit while free money would have covered the request
 * @param examples one line for the first few of each, to look for in the logs
 */
record Counts(
        int requests,
        long overspent,
        long lost,
        long doubled,
        long falselyRefused,
        List<String> examples) {

    boolean allZero() {
        return overspent == 0 && lost == 0 && doubled == 0 && falselyRefused == 0;
    }
}
