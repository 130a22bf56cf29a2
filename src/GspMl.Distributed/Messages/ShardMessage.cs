namespace GspMl.Distributed.Messages;

/// <summary>
/// A request or an answer in its bytes: Orleans copies bytes as they are, where it would write an array of numbers one by one, and what
/// never changes is not copied at all on its way within a process.
/// </summary>
[GenerateSerializer, Immutable, Alias("gspml.message")]
internal sealed class ShardMessage(byte[] bytes)
{
    [Id(0)]
    public byte[] Bytes { get; } = bytes;
}
