package import Disk
internal import Learning
package import Records
internal import Store
package import SystemPackage

/// A model that was asked the rows of its own sample, and gave the answers that it gave when it was made.
package struct ModelSelfTest {
  package let rowCount: Int
  /// What made it: `xgboost 1.7.4`.
  package let environment: String

  /// A version in the store. Throws ``LearningError`` when it answers otherwise, or cannot be read.
  package init(_ model: Artifact, in site: Site) throws {
    let store = site.store
    let manifest = try store.manifest(model.digest)
    guard manifest[CommandContract.fileName] == nil else {
      throw PipelineError.stepFailed(
        "\(model.version?.text ?? model.shortDigest) comes with a scoring command, which is tested whenever it scores: `evaluate` it"
      )
    }
    try self.init { name in
      guard let file = manifest[name] else { return nil }
      var stream = store.stream(of: file)
      return try stream.readAll()
    }
  }

  /// A package in a folder, wherever it came from.
  package init(folder: FilePath, disk: Disk) throws {
    try self.init { name in
      let path = folder.appending(name)
      return try disk.statusIfPresent(of: path) == nil ? nil : try disk.read(path)
    }
  }

  private init(file: (String) throws -> [UInt8]?) throws {
    let model = try Model(reading: file)
    rowCount = try model.testOnSample()
    environment = model.training.environment
  }
}
