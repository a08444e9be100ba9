package io.weir.rules.cel;

import com.google.common.collect.ImmutableCollection;
import com.google.common.collect.ImmutableMap;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelFunctionDecl;
import dev.cel.common.CelIssue;
import dev.cel.common.CelOptions;
import dev.cel.common.CelOverloadDecl;
import dev.cel.common.CelValidationException;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.ExprKind;
import dev.cel.common.navigation.CelNavigableAst;
import dev.cel.common.types.CelKind;
import dev.cel.common.types.CelType;
import dev.cel.common.types.CelTypeProvider;
import dev.cel.common.types.ListType;
import dev.cel.common.types.NullableType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.StructType;
import dev.cel.common.values.NullValue;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerBuilder;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelFunctionBinding;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import io.weir.advisor.subnet.AddressBits;
import io.weir.advisor.subnet.Cidr;
import io.weir.schemas.text.NearestName;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;

/**
 * An expression in CEL (Common Expression Language) over one record, whose fields are the variables:
 * {@code responder.port == 443 && delta.initiatorPackets > 10}. Enums are their symbols as strings. Names and types are checked against
 * the schema when compiled.
 *
 * <p>Null follows SQL: a comparison with an absent value is unknown; {@code x == null} and {@code x != null} ask for absence.
 * {@code address.inCidr('10.0.0.0/8')} is ours.
 *
 * <p>Compiled once, then used by any thread.
 */
public final class CelExpression {

    /** What an expression has to be. */
    public enum Result {
        /** True or false. */
        CONDITION,
        /** A whole number or one with a fraction. */
        NUMBER,
        /** Text, a number, or true or false. */
        VALUE
    }

    /** Longest expression, characters: what is longer is generated, and would be slow for every record. */
    public static final int MAX_LENGTH = 4096;

    private static final CelOptions OPTIONS =
            CelOptions.current().enableHeterogeneousNumericComparisons(true).build();
    private static final Pattern UNDECLARED = Pattern.compile("undeclared reference to '([^']+)'.*", Pattern.DOTALL);
    private static final Pattern UNDEFINED = Pattern.compile("undefined field '([^']+)'.*", Pattern.DOTALL);
    private static final String LANGUAGE = "see docs/topics.md for the fields and https://cel.dev for the language";
    private static final String IN_CIDR = "inCidr";
    private static final Map<String, Cidr> CIDRS = new ConcurrentHashMap<>();
    private static final int MAX_CIDRS = 1024;

    /** An expression, and the variables that it may name. */
    private record Source(String expression, Map<String, Schema> variables) {}

    private final String text;
    private final CelRuntime.Program program;

    private CelExpression(String text, CelRuntime.Program program) {
        this.text = text;
        this.program = program;
    }

    /**
     * Compiles an expression.
     *
     * @param schema of the records
     * @param further schemas of variables beside the fields, by their names
     * @throws CelMistake with the place and, where one is near, the name that was probably meant
     */
    public static CelExpression compile(Schema schema, Map<String, Schema> further, Result result, String expression) {
        if (expression.length() > MAX_LENGTH) {
            throw new CelMistake(
                    expression,
                    MAX_LENGTH,
                    "the expression has " + expression.length() + " characters",
                    "there may be " + MAX_LENGTH + ": part it into several");
        }
        Map<String, Schema> variables = new LinkedHashMap<>();
        schema.getFields().forEach(field -> variables.put(field.name(), field.schema()));
        variables.putAll(further);
        Source source = new Source(expression, variables);
        Types types = Types.of(schema);
        CelCompilerBuilder builder = CelCompilerFactory.standardCelCompilerBuilder()
                .setOptions(OPTIONS)
                .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
                .setTypeProvider(types)
                .addFunctionDeclarations(CelFunctionDecl.newFunctionDeclaration(
                        IN_CIDR,
                        CelOverloadDecl.newMemberOverload(
                                IN_CIDR, SimpleType.BOOL, NullableType.create(SimpleType.STRING), SimpleType.STRING)));
        if (result == Result.CONDITION) {
            builder.setResultType(SimpleType.BOOL);
        }
        variables.forEach((name, type) -> builder.addVar(name, Types.typeOf(type, new LinkedHashMap<>())));
        CelCompiler compiler = builder.build();
        try {
            CelAbstractSyntaxTree tree = compiler.compile(expression).getAst();
            checkResult(tree, result, source);
            checkLiterals(tree, source);
            return new CelExpression(
                    expression,
                    CelRuntimeFactory.standardCelRuntimeBuilder()
                            .setOptions(OPTIONS)
                            .addFunctionBindings(
                                    CelFunctionBinding.from(IN_CIDR, String.class, String.class, CelExpression::inCidr))
                            .build()
                            .createProgram(tree));
        } catch (CelValidationException e) {
            throw mistake(source, e.getErrors().get(0), types.fieldNames());
        } catch (CelEvaluationException e) {
            throw new CelMistake(expression, 0, String.valueOf(e.getMessage()), LANGUAGE);
        }
    }

    /** True when the condition holds for this record; false when it does not, or when an absent value leaves it open. */
    public boolean matches(IndexedRecord record, Function<String, Object> further) {
        return Boolean.TRUE.equals(value(record, further));
    }

    /**
     * What the expression is for this record; null when it is absent, or an absent value leaves it open.
     *
     * @param further values of the variables beside the fields, null where absent; asked only for those that the expression looks at
     */
    public Object value(IndexedRecord record, Function<String, Object> further) {
        try {
            Object value = program.eval(name -> {
                Schema.Field field = record.getSchema().getField(name);
                return Optional.of(CelValues.of(field == null ? further.apply(name) : record.get(field.pos())));
            });
            return value instanceof NullValue ? null : value;
        } catch (CelEvaluationException e) {
            // What cannot be compared is unknown. Names and types were checked before, so this is an absent value.
            return null;
        }
    }

    /** As it was written. */
    @Override
    public String toString() {
        return text;
    }

    private static void checkResult(CelAbstractSyntaxTree tree, Result result, Source source) {
        CelKind kind = tree.getResultType().kind();
        boolean fits =
                switch (result) {
                    case CONDITION -> true;
                    case NUMBER ->
                        kind == CelKind.INT || kind == CelKind.UINT || kind == CelKind.DOUBLE || kind == CelKind.DYN;
                    case VALUE -> kind != CelKind.LIST && kind != CelKind.MAP && kind != CelKind.STRUCT;
                };
        if (!fits) {
            throw new CelMistake(
                    source.expression(),
                    0,
                    result == Result.NUMBER ? "the expression is no number" : "the expression is not one value",
                    "it is " + tree.getResultType().name() + ": name a field that is "
                            + (result == Result.NUMBER ? "a number" : "text, a number, true or false"));
        }
    }

    private static boolean inCidr(String address, String cidr) {
        Cidr range = CIDRS.get(cidr);
        if (range == null) {
            range = Cidr.parse(cidr);
            if (CIDRS.size() < MAX_CIDRS) {
                CIDRS.put(cidr, range);
            }
        }
        AddressBits bits = new AddressBits();
        return bits.parse(address) && range.contains(bits);
    }

    /** A symbol that an enum does not have, or a range that is none, would just never match. */
    private static void checkLiterals(CelAbstractSyntaxTree tree, Source source) {
        CelNavigableAst.fromAst(tree)
                .getRoot()
                .allNodes()
                .map(node -> node.expr())
                .filter(expr -> expr.getKind() == ExprKind.Kind.CALL)
                .forEach(expr -> {
                    CelExpr.CelCall call = expr.call();
                    if (call.function().equals(IN_CIDR)) {
                        checkCidr(call.args().get(0), tree, source);
                    } else if (call.function().equals("_==_") || call.function().equals("_!=_")) {
                        checkSymbol(call.args().get(0), call.args().get(1), tree, source);
                        checkSymbol(call.args().get(1), call.args().get(0), tree, source);
                    }
                });
    }

    private static void checkCidr(CelExpr argument, CelAbstractSyntaxTree tree, Source source) {
        String text = stringLiteral(argument);
        if (text == null) {
            return;
        }
        try {
            Cidr.parse(text);
        } catch (IllegalArgumentException e) {
            throw new CelMistake(
                    source.expression(),
                    offset(tree, argument, source),
                    e.getMessage(),
                    "for example inCidr('10.0.0.0/8')");
        }
    }

    private static void checkSymbol(CelExpr field, CelExpr literal, CelAbstractSyntaxTree tree, Source source) {
        String symbol = stringLiteral(literal);
        Schema type = symbol == null ? null : schemaOf(field, source.variables());
        if (type == null || type.getType() != Schema.Type.ENUM || type.hasEnumSymbol(symbol)) {
            return;
        }
        String hint = NearestName.of(symbol, type.getEnumSymbols())
                .map(nearest -> "did you mean '" + nearest + "'? ")
                .orElse("");
        throw new CelMistake(
                source.expression(),
                offset(tree, literal, source),
                "'" + symbol + "' is no " + type.getName(),
                hint + "there are " + String.join(", ", type.getEnumSymbols()));
    }

    private static String stringLiteral(CelExpr expr) {
        return expr.getKind() == ExprKind.Kind.CONSTANT && expr.constant().getKind() == CelConstant.Kind.STRING_VALUE
                ? expr.constant().stringValue()
                : null;
    }

    /** Schema behind a chain of field names, without null; null for anything else. */
    private static Schema schemaOf(CelExpr expr, Map<String, Schema> variables) {
        Schema schema = null;
        if (expr.getKind() == ExprKind.Kind.IDENT) {
            schema = variables.get(expr.ident().name());
        } else if (expr.getKind() == ExprKind.Kind.SELECT) {
            Schema operand = schemaOf(expr.select().operand(), variables);
            Schema.Field field = operand == null || operand.getType() != Schema.Type.RECORD
                    ? null
                    : operand.getField(expr.select().field());
            schema = field == null ? null : field.schema();
        }
        return schema == null ? null : nonNull(schema);
    }

    /** Place in the expression, characters from its begin; the library counts code points. */
    private static int offset(CelAbstractSyntaxTree tree, CelExpr expr, Source source) {
        Integer offset = tree.getSource().getPositionsMap().get(expr.id());
        String text = source.expression();
        return offset == null ? 0 : text.offsetByCodePoints(0, Math.min(offset, text.codePointCount(0, text.length())));
    }

    private static CelMistake mistake(Source source, CelIssue issue, Set<String> fieldNames) {
        String message = issue.getMessage();
        String hint = LANGUAGE;
        Matcher undeclared = UNDECLARED.matcher(message);
        Matcher undefined = UNDEFINED.matcher(message);
        if (undeclared.matches()) {
            message = "unknown name '" + undeclared.group(1) + "'";
            Set<String> names = source.variables().keySet();
            hint = NearestName.of(undeclared.group(1), names)
                    .map(nearest -> "did you mean " + nearest + "?")
                    .orElse("fields are " + String.join(", ", names));
        } else if (undefined.matches()) {
            message = "unknown field '" + undefined.group(1) + "'";
            hint = NearestName.of(undefined.group(1), fieldNames)
                    .map(nearest -> "did you mean " + nearest + "?")
                    .orElse(hint);
        } else if (message.startsWith("expected type 'bool'")) {
            message = "the expression is not true or false but " + message.substring(message.indexOf("found ") + 6);
        } else if (message.startsWith("mismatched input '<EOF>'")) {
            message = "the expression ends too early";
        } else if (message.startsWith("found no matching overload")) {
            // The candidates that follow are many and none of the user's.
            int candidates = message.indexOf(" (candidates");
            message = (candidates < 0 ? message : message.substring(0, candidates))
                    .replace("found no matching overload for", "types do not fit:")
                    .replace("'_", "'")
                    .replace("_'", "'");
        }
        return new CelMistake(source.expression(), offset(source.expression(), issue), message, hint);
    }

    private static int offset(String expression, CelIssue issue) {
        int start = 0;
        for (int line = 1; line < issue.getSourceLocation().getLine(); line++) {
            start = expression.indexOf('\n', start) + 1;
        }
        return Math.min(
                expression.length(),
                start + Math.max(0, issue.getSourceLocation().getColumn()));
    }

    private static Schema nonNull(Schema schema) {
        if (schema.getType() != Schema.Type.UNION) {
            return schema;
        }
        return schema.getTypes().stream()
                .filter(branch -> branch.getType() != Schema.Type.NULL)
                .findFirst()
                .orElse(schema);
    }

    /** Avro's records as types of CEL. */
    private static final class Types implements CelTypeProvider {

        private final ImmutableMap<String, CelType> structs;

        private Types(Map<String, CelType> structs) {
            this.structs = ImmutableMap.copyOf(structs);
        }

        static Types of(Schema root) {
            Map<String, CelType> structs = new LinkedHashMap<>();
            typeOf(root, structs);
            return new Types(structs);
        }

        /** Type of a field; adds the records below it. A record within itself is dynamic. */
        private static CelType typeOf(Schema schema, Map<String, CelType> structs) {
            Schema plain = nonNull(schema);
            CelType type =
                    switch (plain.getType()) {
                        case INT, LONG -> SimpleType.INT;
                        case FLOAT, DOUBLE -> SimpleType.DOUBLE;
                        case BOOLEAN -> SimpleType.BOOL;
                        case STRING, ENUM -> SimpleType.STRING;
                        case ARRAY -> ListType.create(typeOf(plain.getElementType(), structs));
                        case RECORD -> struct(plain, structs);
                        default -> SimpleType.DYN;
                    };
            // A record may be compared with null as it is.
            return schema.isNullable() && plain.getType() != Schema.Type.RECORD ? NullableType.create(type) : type;
        }

        private static CelType struct(Schema record, Map<String, CelType> structs) {
            String name = record.getFullName();
            CelType known = structs.putIfAbsent(name, SimpleType.DYN);
            if (known != null) {
                return known;
            }
            ImmutableMap.Builder<String, CelType> fields = ImmutableMap.builder();
            record.getFields().forEach(field -> fields.put(field.name(), typeOf(field.schema(), structs)));
            ImmutableMap<String, CelType> types = fields.buildOrThrow();
            CelType struct = StructType.create(name, types.keySet(), field -> Optional.ofNullable(types.get(field)));
            structs.put(name, struct);
            return struct;
        }

        Set<String> fieldNames() {
            Set<String> names = new HashSet<>();
            for (CelType type : structs.values()) {
                if (type instanceof StructType struct) {
                    names.addAll(struct.fieldNames());
                }
            }
            return names;
        }

        @Override
        public ImmutableCollection<CelType> types() {
            return structs.values();
        }

        @Override
        public Optional<CelType> findType(String name) {
            return Optional.ofNullable(structs.get(name));
        }
    }
}
