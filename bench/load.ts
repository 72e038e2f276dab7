/** Only loads the framework and the provider classes, in the way that every program of the package does: the floor of `npm start`. */
import "../constructs/kubernetes/provider";
import "../constructs/kubernetes/terraform";
