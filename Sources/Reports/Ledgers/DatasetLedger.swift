package import Records
package import Store

/// What is known of one dataset, newest first, bounded.
package struct DatasetLedger: Codable, Hashable, Sendable {
  package var project: String
  package var name: String
  package var versions = Newest<DatasetVersion>()
  package var uses = Newest<DatasetUse>()
  package var contracts = Newest<ContractResult>()
  package var profiles = Newest<ProfileResult>()

  package init(project: String, name: String) {
    self.project = project
    self.name = name
  }

  package func version(_ number: Int) -> DatasetVersion? { versions.entries.first { $0.number == number } }
}

/// A version as it was published.
package struct DatasetVersion: LedgerEntry {
  package static let limit = 400

  package var number: Int
  package var digest: Digest
  package var description: Digest?
  /// The logical time of the run that published it.
  package var created: Timestamp
  /// Nil where somebody published it by hand.
  package var run: String?
  package var step: String?
  package var rowCount: Int?
  package var totalBytes: Int?
  package var columnCount: Int?
  /// Why it is no more: the rule by which it expired.
  package var expired: String?

  package var place: Int { number }
}

/// A step of a run that read a version, and what the run made of it.
package struct DatasetUse: LedgerEntry {
  package static let limit = 200

  package struct Place: Comparable {
    var run: RunPlace
    var step: String
    var input: String

    package static func < (left: Place, right: Place) -> Bool {
      (left.run, left.step, left.input) < (right.run, right.step, right.input)
    }
  }

  package var run: RunPlace
  package var job: String
  package var step: String
  /// The word after `uses:`, or `run`.
  package var kind: String
  /// The input's name.
  package var input: String
  /// The version's number.
  package var version: Int
  /// Versions of datasets and models that the run published of it, directly or by further steps.
  package var made: [Made]

  package struct Made: Codable, Hashable, Sendable {
    package var kind: Artifact.Kind
    package var version: VersionLabel
  }

  package var place: Place { Place(run: run, step: step, input: input) }
}

/// A ``ContractDocument`` in short.
package struct ContractResult: LedgerEntry {
  package static let limit = 20

  package struct Place: Comparable {
    var run: RunPlace
    var step: String

    package static func < (left: Place, right: Place) -> Bool { (left.run, left.step) < (right.run, right.step) }
  }

  package var run: RunPlace
  package var step: String
  package var document: Digest
  package var contract: String
  /// Of the dataset; nil where the data was no version.
  package var version: Int?
  package var headline: String
  /// Whether a rule of severity error was broken.
  package var stops: Bool

  package var place: Place { Place(run: run, step: step) }
}

/// A ``ProfileDocument`` of a version.
package struct ProfileResult: LedgerEntry {
  package static let limit = 5

  package struct Place: Comparable {
    var version: Int
    var run: RunPlace
    var step: String

    package static func < (left: Place, right: Place) -> Bool {
      (left.version, left.run, left.step) < (right.version, right.run, right.step)
    }
  }

  package var version: Int
  package var run: RunPlace
  package var step: String
  package var document: Digest

  package var place: Place { Place(version: version, run: run, step: step) }
}
