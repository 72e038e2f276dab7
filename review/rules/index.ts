import { announcedRules } from "./announced";
import { budgetRules } from "./budgets";
import { chainRules } from "./chain";
import { chartRules } from "./charts";
import { daRules } from "./da";
import { dataRules } from "./data";
import { engineRules } from "./engine";
import { enrRules } from "./enr";
import { holderRules } from "./holders";
import { imageRules } from "./images";
import { joinRules } from "./joins";
import { keyRules } from "./keys";
import { memberRules } from "./members";
import { meshRules } from "./mesh";
import { placementRules } from "./placement";
import { podSecurityRules } from "./pod-security";
import { policyRules } from "./policies";
import { roleRules } from "./roles";
import type { Rule } from "./rule";
import { statefulSetRules } from "./stateful-set";
import { submitterRules } from "./submitters";

/** Every rule, in the order of the report: a new kind of loss is a file and a line here. */
export const rules: readonly Rule[] = [
  ...holderRules,
  ...statefulSetRules,
  ...dataRules,
  ...memberRules,
  ...keyRules,
  ...submitterRules,
  ...meshRules,
  ...chainRules,
  ...daRules,
  ...engineRules,
  ...enrRules,
  ...announcedRules,
  ...placementRules,
  ...chartRules,
  ...policyRules,
  ...budgetRules,
  ...podSecurityRules,
  ...roleRules,
  ...joinRules,
  ...imageRules,
];
