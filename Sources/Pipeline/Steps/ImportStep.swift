internal import Jobs
internal import Records
internal import Store

extension StepContext {
  /// `import`: entries of the archive that was read into the store become a version, one by one.
  func importing(_ options: ImportOptions) throws -> StepResult {
    guard let digest = request.sources["archive"], let archive = try store.manifest(digest).files.first else {
      throw PipelineError.stepFailed("the request names no archive")
    }
    let globs = try options.select.map { pattern in
      guard let glob = Glob(pattern) else {
        throw PipelineError.stepFailed("“\(pattern)” is no glob: close its brackets and braces")
      }
      return glob
    }
    let limits = ArchiveReader.Limits(
      entryCount: options.limits.entryCount, totalBytes: options.limits.totalBytes, ratio: options.limits.ratio,
      names: options.limits.names)
    let writer = try StoreWriter(store)
    let manifest = try ArchiveReader(archive, in: store, limits: limits).read(select: globs, into: writer)
    let version = try writer.put(manifest)
    try writer.finish()
    return try dataset(version, manifest, options.format, options.reading)
  }
}
