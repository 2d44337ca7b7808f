internal import Disk
internal import Jobs
internal import SystemPackage

extension SpecFile {
  /// Reads the recipes that lie beside the spec. Throws every mistake in one; one that is not there yet is not looked
  /// for.
  func checkRecipes(of job: Job) throws {
    for step in job.steps {
      guard case .features(let options) = step.action, let name = options.recipe.file,
        let bytes = try Disk().readIfPresent(path.removingLastComponent().pushing(FilePath(name)), limitBytes: 2 << 20)
      else { continue }
      _ = try FeatureRecipeReader.read(bytes, file: name)
    }
  }
}
