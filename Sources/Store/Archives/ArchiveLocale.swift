internal import Glibc

/// Runs `body` where names are UTF-8: libarchive turns them into the thread's character set, and cron's is ASCII.
///
/// - Parameter body: takes whether this machine knows such a character set at all.
func inUTF8Locale<Value, Failure: Error>(
  _ body: (_ isUTF8: Bool) throws(Failure) -> Value
) throws(Failure) -> Value {
  let locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", nil)
  let former = uselocale(locale)
  defer {
    uselocale(former)
    if let locale { freelocale(locale) }
  }
  return try body(locale != nil)
}
