package org.snowtrack.app.pipeline;

/** A stage threw. The state on disk is that of the last commit. */
public final class PipelineFailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public PipelineFailedException(Throwable cause) {
        super(
                "A stage of the pipeline failed (" + rootOf(cause)
                        + "); nothing is lost, but this is a bug: please report it with the output of --verbose.",
                cause);
    }

    private static String rootOf(Throwable thrown) {
        Throwable root = thrown;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        return root.toString();
    }
}
