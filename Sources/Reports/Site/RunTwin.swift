internal import Records
internal import Store

/// `runs/RUN.json`: the record and the documents that the page shows, put together from the very bytes that the store has.
struct RunTwin {
  static let format = "nightshift-run-page 1"

  private let reading: RunReading

  init(_ reading: RunReading) { self.reading = reading }

  func bytes() throws -> [UInt8] {
    var object = JSONSplice()
    try object.add("format", try CanonicalJSON.encode(Self.format))
    try object.add("run", try CanonicalJSON.encode(reading.record))
    for (name, kind) in Self.documentKinds {
      var documents = JSONSplice()
      for step in reading.record.steps {
        // The last one counts where a step gives several of a kind.
        guard let output = step.outputs.last(where: { $0.artifact.kind == kind }),
          let bytes = reading.documents.bytes[output.artifact.digest]
        else { continue }
        try documents.add(step.id, bytes)
      }
      try object.add(name, documents.bytes)
    }
    try object.add("profiles", try CanonicalJSON.encode(profiles))
    try object.add("curves", try CanonicalJSON.encode(reading.documents.curves))
    if let reproduction = reading.documents.reproduction {
      try object.add("reproduction", try CanonicalJSON.encode(reproduction))
    }
    return object.bytes + [UInt8(ascii: "\n")]
  }

  private static let documentKinds: [(name: String, kind: Artifact.Kind)] = [
    ("metrics", .metrics), ("costs", .cost), ("verdicts", .verdict), ("drifts", .drift), ("contracts", .contract),
    ("promotions", .promotion), ("retrainings", .retraining), ("performances", .performance), ("trials", .trials),
    ("explanations", .explanation), ("disagreements", .disagreement),
  ]

  /// Where each step's profile is.
  private var profiles: [String: String] {
    var paths: [String: String] = [:]
    for step in reading.record.steps {
      for output in step.outputs where reading.documents.profiles[output.artifact.digest] != nil {
        paths[step.id] = Paths.profile(output.artifact.digest.shortText)
      }
    }
    return paths
  }
}

/// A JSON object of values that are JSON already.
struct JSONSplice {
  private var body: [UInt8] = []

  mutating func add(_ name: String, _ value: [UInt8]) throws {
    if !body.isEmpty { body += ",\n".utf8 }
    body += try CanonicalJSON.encode(name)
    body += ":".utf8
    body += value
  }

  var bytes: [UInt8] { [UInt8(ascii: "{")] + body + [UInt8(ascii: "}")] }
}
