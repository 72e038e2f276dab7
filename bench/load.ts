/** Only loads the framework and the provider classes, in the way that every program of the package does: the floor of `npm start`. */
import "../constructs/kubernetes";
import "../constructs/terraform";
