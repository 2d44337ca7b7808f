internal import Jobs
internal import Records
internal import Store
internal import Tables

/// Folds that a `split` step made, as one dataset: the files of each in a folder of its own, in the order of the folds. No
/// byte is copied, as content has its place in the store already.
struct FoldUnion {
  let artifact: Artifact
  private let count: Int

  /// - Parameter count: of the step's inputs `fold1` and so on. Throws where they are read in different ways, which tables
  ///   of one split never are.
  init(_ count: Int, _ context: StepContext) throws {
    let folds = try (1...count).map { try context.artifact(TuneOptions.fold($0)) }
    let store = context.store
    var files: [Manifest.File] = []
    var readings: [ReadingOptions] = []
    for (index, fold) in folds.enumerated() {
      readings.append(try StoredReading.inherited(from: fold, try context.table(fold), in: store))
      for var file in try store.manifest(fold.digest).files {
        file.path = try RelativePath("\(Self.folder(index))/\(file.path.text)")
        files.append(file)
      }
      guard readings[index] == readings[0] else {
        throw PipelineError.stepFailed(
          "fold \(index + 1) is read otherwise than fold 1, with other types of columns or words for missing values: name the folds of one `split` step"
        )
      }
    }
    let writer = try StoreWriter(store)
    let manifest = try Manifest(files)
    var description = DatasetDescriber(store: store).files(of: manifest)
    description.reading = readings[0]
    let recipes = try context.recipes(of: folds)
    description.recipes = recipes.isEmpty ? nil : recipes
    artifact = Artifact(
      kind: .dataset, digest: try writer.put(manifest),
      description: try writer.put(try CanonicalJSON.encode(description)))
    try writer.finish()
    self.count = count
  }

  /// The fold of each row, from 1.
  ///
  /// - Parameters:
  ///   - reader: of ``artifact``.
  ///   - rowCount: how many rows it read.
  func parts(_ reader: TableReader, _ rowCount: Int) throws -> [Int] {
    var parts: [Int] = []
    parts.reserveCapacity(rowCount)
    for (file, count) in try reader.rowCounts() {
      guard let fold = (0..<self.count).first(where: { file.hasPrefix(Self.folder($0) + "/") }) else { continue }
      parts += [Int](repeating: fold + 1, count: count)
    }
    guard parts.count == rowCount else {
      throw PipelineError.stepFailed(
        "the folds have \(parts.count) rows, of which \(rowCount) can be read: mend the others, or leave them out first"
      )
    }
    return parts
  }

  /// Of equal lengths, so that the order of the names is that of the numbers.
  private static func folder(_ index: Int) -> String { index < 9 ? "fold-0\(index + 1)" : "fold-\(index + 1)" }
}
