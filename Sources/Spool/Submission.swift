/// How a job came into the inbox by `submit` or from another job: what a dropped file alone cannot say.
package struct Submission: Codable, Hashable, Sendable {
  package struct Param: Codable, Hashable, Sendable {
    package var name: String
    package var json: String

    package init(name: String, json: String) {
      self.name = name
      self.json = json
    }
  }

  /// The spec's own name, for messages and for `done/`.
  package var specName: String
  /// The folder that relative paths in the spec start from.
  package var origin: String
  package var params: [Param]
  package var by: String
  /// RFC 3339.
  package var at: String
  /// The moment the run is to stand for; nil: when it is taken up.
  package var logicalTime: String?
  /// The run that led to this one: by its `retrain` step, or by what a recurring job waited for.
  package var requestedBy: String?
  /// What queued a recurring job: `schedule`, `dataset p/flights@v12`, `drift p/delays`; nil for all others.
  package var trigger: String?
  /// The spec is by somebody else than who put it here: it is treated as theirs, whoever the file belongs to.
  package var isForeign: Bool?
  /// Why a model is retrained; nil for all other jobs.
  package var because: String?

  package init(
    specName: String, origin: String, params: [Param], by: String, at: String, logicalTime: String? = nil,
    requestedBy: String? = nil, trigger: String? = nil, isForeign: Bool? = nil
  ) {
    self.specName = specName
    self.origin = origin
    self.params = params
    self.by = by
    self.at = at
    self.logicalTime = logicalTime
    self.requestedBy = requestedBy
    self.trigger = trigger
    self.isForeign = isForeign
  }
}
