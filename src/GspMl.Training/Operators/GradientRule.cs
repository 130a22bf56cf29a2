using GspMl.Onnx.Operators;
using GspMl.Training.Graphs;

namespace GspMl.Training.Operators;

/// <summary>
/// How gradients go back through some operators of ONNX. A rule writes the gradient of each input that is asked for from those of the
/// outputs; where it cannot, it throws <see cref="NoGradientException"/>, and what lies behind is left as it is.
/// </summary>
internal abstract class GradientRule
{
    /// <summary>The operators' domain: ONNX's own, in the form of opset 16 to 22.</summary>
    public virtual string Domain => OperatorDomain.Onnx;

    /// <summary>The operators.</summary>
    public abstract IReadOnlyList<string> Operators { get; }

    /// <summary>The operands that hold parameters where they are stored in the model: weights, biases, scales.</summary>
    public virtual IReadOnlyList<int> Parameters => [];

    /// <summary>Writes the gradients of the inputs.</summary>
    /// <exception cref="NoGradientException">The rule does not hold for the node.</exception>
    public abstract void Write(NodeGradient node);
}
