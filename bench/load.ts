/** Only loads the framework and the provider classes, as all programs of the package do: the floor of `npm start`. */
import "../constructs/kubernetes/framework/provider";
import "../constructs/kubernetes/framework/terraform";
