/** Only loads the framework and the provider classes, as all programs of the package do: the floor of `npm start`. */
import "../constructs/kubernetes/provider";
import "../constructs/kubernetes/terraform";
