namespace GspMl.Onnx;

/// <summary>
/// A model that cannot be read, pruned, written or run. The message names the file and, where there is one, the node and the tensor.
/// </summary>
public class OnnxModelException : Exception
{
    /// <summary>Creates the error.</summary>
    public OnnxModelException(string message, Exception? inner = null) : base(message, inner)
    {
    }
}

/// <summary>A pattern, or the whole request, matched no prunable weight: nothing was done.</summary>
public sealed class NothingMatchedException : OnnxModelException
{
    /// <summary>Creates the error.</summary>
    public NothingMatchedException(string message) : base(message)
    {
    }
}

/// <summary>The execution provider that was asked for is not there. The message tells why, and which package brings it.</summary>
public sealed class ProviderUnavailableException : OnnxModelException
{
    /// <summary>Creates the error.</summary>
    public ProviderUnavailableException(string message, Exception? inner = null) : base(message, inner)
    {
    }
}
