package io.weir.app.config;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/** A {@code .properties} file in UTF-8, with the line of each entry. */
final class PropertiesFile {

    /** One entry; {@code line} counts from 1. */
    record Entry(String key, String value, int line) {}

    private PropertiesFile() {}

    /** @throws IOException with a message for people */
    static List<Entry> read(Path file) throws IOException {
        List<String> lines = readLines(file);
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            int first = i;
            StringBuilder logical = new StringBuilder(lines.get(i));
            // A comment does not go on in the next line, whatever it ends with.
            while (!isComment(logical) && endsWithOddBackslashes(logical) && i + 1 < lines.size()) {
                i++;
                logical.append('\n').append(lines.get(i));
            }
            Properties one = new Properties();
            try {
                one.load(new StringReader(logical.toString()));
            } catch (IllegalArgumentException e) {
                throw new IOException(file + ":" + (first + 1) + ": " + e.getMessage(), e);
            }
            for (String key : one.stringPropertyNames()) {
                entries.add(new Entry(key, one.getProperty(key), first + 1));
            }
        }
        return entries;
    }

    private static List<String> readLines(Path file) throws IOException {
        try {
            return Files.readAllLines(file, StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            throw new IOException("there is no file " + file, e);
        } catch (AccessDeniedException e) {
            throw new IOException(file + " cannot be read: permission denied", e);
        } catch (CharacterCodingException e) {
            throw new IOException(file + " is not text in UTF-8", e);
        } catch (IOException e) {
            throw new IOException(
                    Files.isDirectory(file) ? file + " is a directory" : file + " cannot be read: " + e.getMessage(),
                    e);
        }
    }

    private static boolean isComment(CharSequence line) {
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (!Character.isWhitespace(c)) {
                return c == '#' || c == '!';
            }
        }
        return true;
    }

    private static boolean endsWithOddBackslashes(CharSequence line) {
        int count = 0;
        while (count < line.length() && line.charAt(line.length() - 1 - count) == '\\') {
            count++;
        }
        return count % 2 == 1;
    }
}
