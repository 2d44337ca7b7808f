/// What people say of a model and no evidence can: `Jobs/cards/PROJECT/MODEL.yaml`. What is missing is shown as missing.
package struct ModelCard: Codable, Hashable, Sendable {
  /// Who answers for it.
  package var owner: String?
  /// What it is for.
  package var intendedUse: String?
  /// What it must not be used for.
  package var outOfScope: String?
  /// What it cannot do, and when it is known to be wrong.
  package var limits: String?
  /// What can happen to people by its use, and what is done about it.
  package var risks: String?
  /// Whom to ask.
  package var contact: String?
  /// Why the file cannot be read, with its places; all else is nil then.
  package var problem: String?

  package init(
    owner: String? = nil, intendedUse: String? = nil, outOfScope: String? = nil, limits: String? = nil,
    risks: String? = nil, contact: String? = nil
  ) {
    self.owner = owner
    self.intendedUse = intendedUse
    self.outOfScope = outOfScope
    self.limits = limits
    self.risks = risks
    self.contact = contact
  }

  package init(problem: String) { self.problem = problem }
}
